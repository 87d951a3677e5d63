/** Points of a leaf; more only where they fall into one cell of the finest grid. */
const leafSize = 8
const levels = 16
const pointsBetweenInterrupts = 4096

export type Quadtree = {
  /** Sorts the points into the tree. @param coordinates [pointCount, 2] */
  build: (coordinates: Float64Array) => void
  /**
   * Barnes–Hut sums over all other points j, w = 1/(1 + |y_i − y_j|²): a cell whose width is below θ times its distance
   * counts as one point.
   * @param forces written: Σ_j w² (y_i − y_j), [pointCount, 2]
   * @returns Σ_i Σ_j w
   */
  repulsion: (theta: number, forces: Float64Array, interrupt: () => void) => number
}

/** Every second bit of a 32-bit number from the lower 16 bits of x. */
function spread(x: number): number {
  x = (x | (x << 8)) & 0x00ff00ff
  x = (x | (x << 4)) & 0x0f0f0f0f
  x = (x | (x << 2)) & 0x33333333
  return (x | (x << 1)) & 0x55555555
}

/**
 * A quadtree over points of the plane that is rebuilt again and again. Points are sorted along the Z curve, so a cell is
 * a range of them; nodes stand in depth-first order and know where their subtree ends, so no stack is needed.
 * @source Barnes & Hut 1986; van der Maaten 2014, "Accelerating t-SNE using tree-based algorithms"
 */
export function createQuadtree(pointCount: number): Quadtree {
  const order = Int32Array.from({ length: pointCount }, (_, i) => i),
    spareOrder = new Int32Array(pointCount)
  const codes = new Uint32Array(pointCount),
    spareCodes = new Uint32Array(pointCount)
  const sorted = new Float64Array(2 * pointCount)
  // an inner node has two children or more, so there are fewer than two nodes a point
  const mass = new Float64Array(4 * 2 * pointCount) // centre x and y, points, width²
  const subtreeEnd = new Int32Array(2 * pointCount)
  const leafFrom = new Int32Array(2 * pointCount),
    leafTo = new Int32Array(2 * pointCount) // leafTo 0: an inner node
  let nodeCount = 0

  const sortByCode = (): void => {
    let from = codes,
      to = spareCodes,
      orderFrom = order,
      orderTo = spareOrder
    const places = new Int32Array(257)
    for (let shift = 0; shift < 32; shift += 8) {
      // four passes: the result is back in codes and order
      places.fill(0)
      for (let p = 0; p < pointCount; p++) places[((from[p]! >>> shift) & 255) + 1]!++
      for (let digit = 0; digit < 256; digit++) places[digit + 1]! += places[digit]!
      for (let p = 0; p < pointCount; p++) {
        const code = from[p]!,
          place = places[(code >>> shift) & 255]!++
        to[place] = code
        orderTo[place] = orderFrom[p]!
      }
      const codesWere = from,
        orderWas = orderFrom
      from = to
      to = codesWere
      orderFrom = orderTo
      orderTo = orderWas
    }
  }

  /** The first point of [from, to) whose two bits at the level are above `quarter`. */
  const quarterEnd = (from: number, to: number, shift: number, quarter: number): number => {
    let low = from,
      high = to
    while (low < high) {
      const middle = (low + high) >>> 1
      if (((codes[middle]! >>> shift) & 3) <= quarter) low = middle + 1
      else high = middle
    }
    return low
  }

  const addNode = (from: number, to: number, level: number, width: number): void => {
    const isLeaf = to - from <= leafSize || level === levels,
      shift = 30 - 2 * level
    if (!isLeaf) {
      // a cell with all points in one quarter is that quarter
      const quarter = (codes[from]! >>> shift) & 3
      if (((codes[to - 1]! >>> shift) & 3) === quarter) return addNode(from, to, level + 1, width / 2)
    }
    const node = nodeCount++,
      at = 4 * node
    let x = 0,
      y = 0
    if (isLeaf) {
      for (let p = from; p < to; p++) {
        x += sorted[2 * p]!
        y += sorted[2 * p + 1]!
      }
    } else {
      for (let quarter = 0, start = from; quarter < 4; quarter++) {
        const end = quarterEnd(start, to, shift, quarter)
        if (end > start) {
          const child = 4 * nodeCount
          addNode(start, end, level + 1, width / 2)
          x += mass[child]! * mass[child + 2]!
          y += mass[child + 1]! * mass[child + 2]!
        }
        start = end
      }
    }
    mass[at] = x / (to - from)
    mass[at + 1] = y / (to - from)
    mass[at + 2] = to - from
    mass[at + 3] = width * width
    leafFrom[node] = from
    leafTo[node] = isLeaf ? to : 0
    subtreeEnd[node] = nodeCount
  }

  const build = (coordinates: Float64Array): void => {
    let left = Infinity,
      right = -Infinity,
      bottom = Infinity,
      top = -Infinity
    for (let i = 0; i < pointCount; i++) {
      const x = coordinates[2 * i]!,
        y = coordinates[2 * i + 1]!
      if (x < left) left = x
      if (x > right) right = x
      if (y < bottom) bottom = y
      if (y > top) top = y
    }
    const width = Math.max(right - left, top - bottom) || Number.MIN_VALUE,
      cells = 65535.999 / width
    for (let p = 0; p < pointCount; p++) {
      const i = order[p]!
      codes[p] = spread((coordinates[2 * i]! - left) * cells) | (spread((coordinates[2 * i + 1]! - bottom) * cells) << 1)
    }
    sortByCode()
    for (let p = 0; p < pointCount; p++) {
      sorted[2 * p] = coordinates[2 * order[p]!]!
      sorted[2 * p + 1] = coordinates[2 * order[p]! + 1]!
    }
    nodeCount = 0
    addNode(0, pointCount, 0, width)
  }

  const repulsion: Quadtree['repulsion'] = (theta, forces, interrupt) => {
    const thetaSquare = theta * theta
    let total = 0
    for (let p = 0; p < pointCount; p++) {
      if (p % pointsBetweenInterrupts === 0) interrupt()
      const x = sorted[2 * p]!,
        y = sorted[2 * p + 1]!
      let forceX = 0,
        forceY = 0,
        node = 0,
        sum = -1 // the point meets itself in its leaf with w = 1
      while (node < nodeCount) {
        const at = 4 * node,
          gapX = x - mass[at]!,
          gapY = y - mass[at + 1]!,
          square = gapX * gapX + gapY * gapY
        if (square * thetaSquare > mass[at + 3]!) {
          const w = 1 / (1 + square),
            weight = mass[at + 2]! * w
          sum += weight
          forceX += weight * w * gapX
          forceY += weight * w * gapY
          node = subtreeEnd[node]!
          continue
        }
        const end = leafTo[node]!
        if (end === 0) {
          node++
          continue
        }
        for (let q = leafFrom[node]!; q < end; q++) {
          const dx = x - sorted[2 * q]!,
            dy = y - sorted[2 * q + 1]!,
            w = 1 / (1 + dx * dx + dy * dy)
          sum += w
          forceX += w * w * dx
          forceY += w * w * dy
        }
        node = subtreeEnd[node]!
      }
      total += sum
      forces[2 * order[p]!] = forceX
      forces[2 * order[p]! + 1] = forceY
    }
    return total
  }
  return { build, repulsion }
}
