/** Neighbours, perplexity and the steps of t-SNE, in a module of their own: every thread walks the same task. */
import { conditional } from './conditional';
import { search } from './neighbours';
import { descend } from './tsne';

/**
 * @param plan words of the task; 64-byte lines of counters at 0 begin 1,024 bytes above `control`
 * @param task 0 neighbours, 1 conditional probabilities, 2 steps of t-SNE
 */
export function walk(thread: i32, threads: i32, control: usize, scratch: usize, plan: usize, task: i32): void {
  const deal = control + 1024;
  if (task == 0) search(thread, control, deal, plan, scratch);
  else if (task == 1) conditional(thread, control, deal, plan);
  else descend(thread, threads, control, deal, plan);
}
