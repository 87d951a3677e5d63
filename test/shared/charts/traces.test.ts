import { expect, test } from 'vitest'
import { paperLook } from '../../../src/shared/charts/look.ts'
import { figureOption, figureRing } from '../../../src/shared/charts/registry.ts'
import { sourceTable } from '../../../src/shared/charts/source-table.ts'
import { translator } from '../../../src/shared/locales/translate.ts'
import { traces } from '../../main/figures/demo-data.ts'

const look = paperLook(translator('en'), { widthPx: 500, heightPx: 400 })
const data = traces()
type Point = [second: number, height: number, value: number, row: number]
const drawn = figureOption(data, look) as unknown as { series: { data: Point[] }[]; yAxis: { inverse: boolean } }

test('every trace stays in its row, high values up, whatever its scale; a still one lies in the middle', () => {
  drawn.series.forEach(({ data: points }, row) => {
    for (const [, height] of points) expect(Math.abs(height - row)).toBeLessThan(0.5)
  })
  const heights = (row: number): number[] => (drawn.series[row]?.data ?? []).map(([, height]) => Number(height.toFixed(9)))
  expect(drawn.yAxis.inverse).toBe(true)
  const rounded = (row: number): number[] => heights(row).map((height) => Math.round(1e6 * height) / 1e6)
  expect(rounded(0)).toEqual([0.43, 0, -0.43])
  expect(rounded(1)).toEqual([1.43, 0.57, 1])
  expect(rounded(2)).toEqual([2, 2, 2])
})

test('a point says its channel, time and value; a hovered channel is marked along its row', () => {
  expect(drawn.series[1]?.data[1]).toEqual([1, expect.any(Number), 300, 1])
  expect(figureRing(data, look, 'b')).toMatchObject({
    series: [
      {
        data: [
          [0, 1],
          [2, 1],
        ],
      },
    ],
  })
})

test('its table has a row for each sample of each channel', () => {
  const { header, rows } = sourceTable(data)
  expect(header).toEqual(['channel', 'region', 'time_s', 'value'])
  expect(rows).toHaveLength(9)
  expect(rows[4]).toEqual(['b', expect.anything(), 1, 300])
})
