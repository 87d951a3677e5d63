/** What keeps threads together that walk the same work over one shared memory. */

/** Asks the thread that started the run whether to go on; ends the walk by throwing. Other threads do nothing here. */
@external("host", "poll")
declare function poll(): void;

/** Words of the control block: threads that arrived at the barrier, barriers passed, whether the walk is given up. */
const arrived: usize = 0, passed: usize = 64, givenUp: usize = 128;
/** Loads before a waiting thread sleeps: spinning on would burn a laptop's battery. */
const spins = 20000;

/** @returns whether the walk goes on */
export function barrier(control: usize, threads: i32): bool {
  if (threads == 1) return true;
  const before = atomic.load<i32>(control + passed);
  if (atomic.add<i32>(control + arrived, 1) == threads - 1) {
    atomic.store<i32>(control + arrived, 0);
    atomic.store<i32>(control + passed, before + 1);
    atomic.notify(control + passed, threads);
  } else {
    for (let n = 0; atomic.load<i32>(control + passed) == before;) {
      if (atomic.load<i32>(control + givenUp) != 0) return false;
      if (++n > spins) {
        atomic.wait<i32>(control + passed, before, 50_000_000);
        n = 0;
      }
    }
  }
  return atomic.load<i32>(control + givenUp) == 0;
}

/** Between two pieces of work: whether the walk goes on. The first thread asks, the others look. */
// @ts-ignore: decorator
@inline export function goesOn(thread: i32, control: usize): bool {
  if (thread == 0) poll();
  return atomic.load<i32>(control + givenUp) == 0;
}
