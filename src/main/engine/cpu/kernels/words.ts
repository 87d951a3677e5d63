/** How kernels read an instruction: 32-bit words from `p`; a view is two words, address and bytes from row to row. */

// @ts-ignore: decorator
@inline export function word(p: usize, index: i32): i32 { return load<i32>(p + (<usize>index << 2)); }

// @ts-ignore: decorator
@inline export function address(p: usize, index: i32): usize { return <usize>load<u32>(p + (<usize>index << 2)); }

// @ts-ignore: decorator
@inline export function real(p: usize, index: i32): f32 { return load<f32>(p + (<usize>index << 2)); }

/** Where a row of the view at words index and index + 1 begins. */
// @ts-ignore: decorator
@inline export function rowAt(p: usize, index: i32, row: i32): usize {
  return address(p, index) + <usize>row * address(p, index + 1);
}
