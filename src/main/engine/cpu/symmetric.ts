import type { SymmetricMatrices } from '../engine.ts'

/** Rows and columns of a tile, as in kernels/products.ts. */
export const tileSize = 32

const tileNumbers = tileSize * tileSize
const acrossOf = ({ size, onesCount }: SymmetricMatrices): number => Math.ceil((size + onesCount) / tileSize)

/** Bytes of one matrix as tiles of its upper triangle. */
export function matrixBytes(matrices: SymmetricMatrices): number {
  const across = acrossOf(matrices)
  return across * (across + 1) * tileNumbers
}

/** Writes every matrix as tiles of 32 × 32 by rows of tiles, the tiles on the diagonal in full, zeros beyond the last row. */
export function writeTiles(buffer: ArrayBufferLike, address: number, matrices: SymmetricMatrices): void {
  const { halves, size, onesCount } = matrices,
    across = acrossOf(matrices),
    all = size + onesCount,
    one = 32767
  for (const [k, half] of halves.entries()) {
    const to = new Uint16Array(buffer, address + k * matrixBytes(matrices), matrixBytes(matrices) / 2)
    for (let i = 0, pair = 0; i < all; i++) {
      const row = Math.floor(i / tileSize),
        inner = i % tileSize,
        firstTile = row * across - (row * (row - 1)) / 2 - row
      for (let j = i; j < all; j++) {
        const value = j === i || j >= size ? one : Math.abs(half[pair++]!),
          column = Math.floor(j / tileSize)
        const tile = (firstTile + column) * tileNumbers
        to[tile + inner * tileSize + (j % tileSize)] = value
        if (column === row) to[tile + (j % tileSize) * tileSize + inner] = value
      }
    }
  }
}
