/**
 * Pairs of channels, window after window, in a module of their own: co-counts and r, and of the circular-shift null the
 * variance and a bound of p. Whole numbers and one pair at a time, so that the bits are the same for any number of threads.
 */
import { autocorrelations } from './autocorrelation';
import { barrier } from './barrier';
import { bounds } from './null-bounds';
import { channelSums, correlate } from './co-counts';

/**
 * @param plan words of the task, in the order of src/main/engine/cpu/pairs.ts
 * @param task 0 co-counts and r of a window, 1 its null
 */
export function walk(thread: i32, threads: i32, control: usize, scratch: usize, plan: usize, task: i32): void {
  const deal = control + 1024;
  if (task == 0) {
    if (!channelSums(thread, control, deal, plan) || !barrier(control, threads)) return;
    correlate(thread, control, deal + 64, plan);
    return;
  }
  if (!autocorrelations(thread, control, deal, plan, scratch) || !barrier(control, threads)) return;
  bounds(thread, control, deal + 64, plan);
}
