/** Points in a space, [pointCount, dimensionCount], row-major. */
export type Points = { data: Float32Array | Float64Array; pointCount: number; dimensionCount: number }

/** How far a step has come. */
export type Progress = { done: number; total: number }

/** The nearest other points of every query, nearest first, ties by index. */
export type Neighbours = {
  neighbourCount: number
  /** [queryCount, neighbourCount] */
  indexes: Int32Array
  /** Euclidean, [queryCount, neighbourCount] */
  distances: Float64Array
}

/** Points of a leaf; a search that measures several at once likes more of them. */
const smallLeafSize = 24,
  largeLeafSize = 64
const queriesBetweenInterrupts = 256

/** A k-d tree with tight boxes. Children of node v are 2v + 1 and 2v + 2; a leaf holds the points order[from … to). */
export type Tree = {
  depth: number
  /** points in the order of the leaves */
  order: Int32Array
  /** their coordinates, [pointCount, dimensionCount] */
  sorted: Float64Array
  from: Int32Array
  to: Int32Array
  /** lowest and highest coordinate of each node, [nodeCount, 2, dimensionCount] */
  boxes: Float64Array
}

/** Puts the `rank`-th of order[from … to) in its place by coordinate `d`, ties by index; lower ones come before it. */
function select(order: Int32Array, points: Points, from: number, to: number, rank: number, d: number): void {
  const { data, dimensionCount } = points
  const isBefore = (a: number, b: number): boolean => {
    const left = data[a * dimensionCount + d]!,
      right = data[b * dimensionCount + d]!
    return left < right || (left === right && a < b)
  }
  let low = from,
    high = to - 1
  while (low < high) {
    const pivot = order[(low + high) >>> 1]!
    let i = low,
      j = high
    while (i <= j) {
      while (isBefore(order[i]!, pivot)) i++
      while (isBefore(pivot, order[j]!)) j--
      if (i > j) break
      const swapped = order[i]!
      order[i++] = order[j]!
      order[j--] = swapped
    }
    if (rank <= j) high = j
    else if (rank >= i) low = i
    else return
  }
}

/** Halves the points at the median of the widest coordinate until a leaf holds at most `leafSize`. */
function buildTree(points: Points, leafSize: number): Tree {
  const { data, pointCount, dimensionCount } = points
  const depth = Math.max(0, Math.ceil(Math.log2(pointCount / leafSize))),
    nodeCount = 2 ** (depth + 1) - 1
  const order = Int32Array.from({ length: pointCount }, (_, i) => i)
  const from = new Int32Array(nodeCount),
    to = new Int32Array(nodeCount)
  const boxes = new Float64Array(nodeCount * 2 * dimensionCount)
  to[0] = pointCount
  for (let node = 0; node < nodeCount; node++) {
    const lowest = node * 2 * dimensionCount,
      highest = lowest + dimensionCount
    boxes.fill(Infinity, lowest, highest)
    boxes.fill(-Infinity, highest, highest + dimensionCount)
    for (let p = from[node]!; p < to[node]!; p++) {
      for (let d = 0, at = order[p]! * dimensionCount; d < dimensionCount; d++, at++) {
        const value = data[at]!
        if (value < boxes[lowest + d]!) boxes[lowest + d] = value
        if (value > boxes[highest + d]!) boxes[highest + d] = value
      }
    }
    if (2 * node + 2 >= nodeCount) continue
    let widest = 0
    for (let d = 1; d < dimensionCount; d++) {
      if (boxes[highest + d]! - boxes[lowest + d]! > boxes[highest + widest]! - boxes[lowest + widest]!) widest = d
    }
    const middle = (from[node]! + to[node]!) >>> 1
    select(order, points, from[node]!, to[node]!, middle, widest)
    from[2 * node + 1] = from[node]!
    to[2 * node + 1] = middle
    from[2 * node + 2] = middle
    to[2 * node + 2] = to[node]!
  }
  const sorted = new Float64Array(pointCount * dimensionCount)
  for (let p = 0; p < pointCount; p++) {
    for (let d = 0; d < dimensionCount; d++) sorted[p * dimensionCount + d] = data[order[p]! * dimensionCount + d]!
  }
  return { depth, order, sorted, from, to, boxes }
}

/** The best so far of one query: a heap with the worst (largest distance, then largest index) on top. */
type Heap = { size: number; squares: Float64Array; indexes: Int32Array }

function siftDown(heap: Heap, square: number, index: number): void {
  const { size, squares, indexes } = heap
  let place = 0
  for (;;) {
    let child = 2 * place + 1
    if (child >= size) break
    if (child + 1 < size && isWorse(squares[child + 1]!, indexes[child + 1]!, squares[child]!, indexes[child]!)) child++
    if (!isWorse(squares[child]!, indexes[child]!, square, index)) break
    squares[place] = squares[child]!
    indexes[place] = indexes[child]!
    place = child
  }
  squares[place] = square
  indexes[place] = index
}

const isWorse = (square: number, index: number, thanSquare: number, thanIndex: number): boolean =>
  square > thanSquare || (square === thanSquare && index > thanIndex)

/** Squared distance from a point to the nearest place of a node's box; never above that to any point in it. */
function squareToBox({ boxes }: Tree, node: number, query: Float64Array): number {
  const dimensionCount = query.length,
    lowest = node * 2 * dimensionCount,
    highest = lowest + dimensionCount
  let square = 0
  for (let d = 0; d < dimensionCount; d++) {
    const value = query[d]!,
      low = boxes[lowest + d]!,
      high = boxes[highest + d]!
    const gap = value < low ? low - value : value > high ? value - high : 0
    square += gap * gap
  }
  return square
}

/** Offers every point of the node to the heap, the nearer child first, boxes beyond the worst left out. */
function searchNode(tree: Tree, node: number, query: Float64Array, own: number, heap: Heap): void {
  if (2 * node + 2 < tree.from.length) {
    const left = squareToBox(tree, 2 * node + 1, query),
      right = squareToBox(tree, 2 * node + 2, query)
    const nearer = left <= right ? 2 * node + 1 : 2 * node + 2
    if (Math.min(left, right) <= heap.squares[0]!) searchNode(tree, nearer, query, own, heap)
    if (Math.max(left, right) <= heap.squares[0]!) searchNode(tree, 4 * node + 3 - nearer, query, own, heap)
    return
  }
  const dimensionCount = query.length,
    { sorted, order } = tree
  for (let p = tree.from[node]!; p < tree.to[node]!; p++) {
    const index = order[p]!
    let square = 0
    for (let d = 0, at = p * dimensionCount; d < dimensionCount; d++, at++) {
      const gap = sorted[at]! - query[d]!
      square += gap * gap
    }
    if (index !== own && isWorse(heap.squares[0]!, heap.indexes[0]!, square, index)) siftDown(heap, square, index)
  }
}

/** Empties a full heap into the result, nearest first. */
function takeInOrder(heap: Heap, { indexes, distances }: Neighbours, start: number): void {
  while (heap.size > 0) {
    const last = --heap.size
    indexes[start + last] = heap.indexes[0]!
    distances[start + last] = Math.sqrt(heap.squares[0]!)
    siftDown(heap, heap.squares[last]!, heap.indexes[last]!)
  }
}

/** The neighbours of all points by the tree, or null where it is left to the plain search. */
export type SearchTree = (
  tree: Tree,
  points: Points,
  neighbourCount: number,
  interrupt: () => void,
) => Generator<Progress, Neighbours> | null

/**
 * Exact nearest neighbours by Euclidean distance in float64, found by a k-d tree.
 * @param points finite coordinates
 * @param neighbourCount capped at pointCount − 1; a point is not its own neighbour
 * @param interrupt called at least every 0.3 s
 * @param queries indexes of points, in any order; all points where left out
 * @param search a faster search for all points
 * @returns yields progress over queries; neighbours nearest first, ties by index
 */
export function* nearestNeighbours(
  points: Points,
  neighbourCount: number,
  interrupt: () => void,
  { queries, search }: { queries?: Int32Array; search?: SearchTree } = {},
): Generator<Progress, Neighbours> {
  const tree = buildTree(points, search ? largeLeafSize : smallLeafSize),
    { dimensionCount, pointCount } = points
  const count = Math.min(neighbourCount, pointCount - 1),
    total = queries?.length ?? pointCount
  const searched = queries || count < 1 ? null : search?.(tree, points, count, interrupt)
  if (searched) return yield* searched
  const result: Neighbours = { neighbourCount: count, indexes: new Int32Array(total * count), distances: new Float64Array(total * count) }
  if (count < 1) return result
  const heap: Heap = { size: count, squares: new Float64Array(count), indexes: new Int32Array(count) }
  const query = new Float64Array(dimensionCount)
  for (let done = 0; done < total; done++) {
    if (done % queriesBetweenInterrupts === 0) {
      interrupt()
      yield { done, total }
    }
    // without chosen queries, go through the points leaf by leaf: neighbours in space are neighbours in memory
    const own = queries ? queries[done]! : tree.order[done]!
    for (let d = 0; d < dimensionCount; d++) query[d] = points.data[own * dimensionCount + d]!
    heap.size = count
    heap.squares.fill(Infinity)
    heap.indexes.fill(pointCount)
    searchNode(tree, 0, query, own, heap)
    takeInOrder(heap, result, (queries ? done : own) * count)
  }
  return result
}
