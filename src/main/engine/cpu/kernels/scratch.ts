/** A thread's own memory: 16 KiB, free to use within one call of a kernel. */
let place: usize = 0;

export function setScratch(at: usize): void { place = at; }
export function scratch(): usize { return place; }
