/** A step from one version of the project file to the next; once released it is never edited. */
export type Migration = { version: number; title: string; sql: string }
