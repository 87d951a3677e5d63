import { existsSync, readSync, openSync, closeSync, accessSync, constants } from 'node:fs'
import Database from 'better-sqlite3'
import { CodedError, fail } from '../../shared/contract/errors.ts'
import { migrations } from './migrations/all.ts'
import type { Migration } from './migrations/migration.ts'

/** "TVRN": says that an SQLite file is a project of ours. */
const applicationId = 0x5456524e

export type ReadableDB = Database.Database & { readonly access?: 'readable' | 'writable' }
export type WritableDB = Database.Database & { readonly access?: 'writable' }

/**
 * Makes a project file that was not there.
 * @throws project/exists, project/disk-full
 */
export function createProject(path: string, name: string, nowIso: string): WritableDB {
  if (existsSync(path)) throw fail('project/exists', { file: path })
  return guarded(path, () => {
    const db = new Database(path) as WritableDB
    db.pragma(`application_id = ${applicationId}`)
    settle(db)
    migrate(db, migrations)
    db.prepare('INSERT INTO project (name, created_at) VALUES (?, ?)').run(name, nowIso)
    return db
  })
}

/**
 * Opens a project file and brings it to this version; read-only where it cannot be written.
 * @throws project/not-found, project/not-a-project, project/newer-version, project/in-use, project/disk-full
 */
export function openProject(path: string): { db: WritableDB; readOnly: boolean } {
  if (!existsSync(path)) throw fail('project/not-found', { file: path })
  if (!looksLikeSqlite(path)) throw fail('project/not-a-project', { file: path })
  const readOnly = !isWritable(path)
  return guarded(path, () => {
    const db = new Database(path, { readonly: readOnly, timeout: 500 }) as WritableDB
    try {
      if (db.pragma('application_id', { simple: true }) !== applicationId) throw fail('project/not-a-project', { file: path })
      const version = db.pragma('user_version', { simple: true }) as number
      const newest = migrations[migrations.length - 1]?.version ?? 0
      if (version > newest) throw fail('project/newer-version', { file: path, version })
      if (!readOnly) {
        settle(db)
        migrate(db, migrations)
      }
      return { db, readOnly }
    } catch (problem) {
      db.close()
      throw problem
    }
  })
}

/** Leaves one file behind: the journal is folded in. */
export function closeProject(db: WritableDB, readOnly: boolean): void {
  if (!readOnly) {
    db.pragma('wal_checkpoint(TRUNCATE)')
    db.pragma('journal_mode = DELETE')
  }
  db.close()
}

/**
 * Applies what the file has not seen yet, each migration in a transaction of its own.
 * @param until stops after this version: tests look at the one before
 */
export function migrate(db: WritableDB, all: readonly Migration[], until = Infinity): void {
  const version = db.pragma('user_version', { simple: true }) as number
  for (const migration of all) {
    if (migration.version <= version || migration.version > until) continue
    db.transaction(() => {
      db.exec(migration.sql)
      db.pragma(`user_version = ${migration.version}`)
    })()
  }
}

/** What SQLite says about the disk and locks, in our words; other problems pass unchanged. */
export function storeProblem(problem: unknown, path: string): unknown {
  if (problem instanceof CodedError || !(problem instanceof Error) || !('code' in problem)) return problem
  const code = String(problem.code)
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return fail('project/in-use', { file: path })
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code.startsWith('SQLITE_IOERR_WRITE')) return fail('project/disk-full', { file: path })
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) return fail('project/not-a-project', { file: path })
  if (code.startsWith('SQLITE_READONLY') || code === 'EACCES' || code === 'EROFS') return fail('project/read-only', { file: path })
  if (code === 'SQLITE_CANTOPEN' || code === 'ENOENT') return fail('project/not-found', { file: path })
  return problem
}

function settle(db: WritableDB): void {
  // Exclusive before WAL: no shared-memory file, and a second program is told instead of writing along.
  db.pragma('locking_mode = EXCLUSIVE')
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('foreign_keys = ON')
  db.exec('BEGIN IMMEDIATE; COMMIT')
}

function guarded<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (problem) {
    throw storeProblem(problem, path)
  }
}

function looksLikeSqlite(path: string): boolean {
  const file = openSync(path, 'r')
  try {
    const head = Buffer.alloc(16)
    return readSync(file, head, 0, 16, 0) === 16 && head.toString('latin1') === 'SQLite format 3\0'
  } finally {
    closeSync(file)
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
