import { expect, test } from 'vitest'
import { sourceTable } from '../../../src/shared/charts/source-table.ts'
import { alignmentMapValues, figureNames, type FigureData } from '../../../src/shared/domain/figure.ts'
import { cellLabel } from '../../../src/shared/locales/cell-label.ts'
import { locales, translator } from '../../../src/shared/locales/translate.ts'
import * as demo from '../../main/figures/demo-data.ts'

/** every figure, in all kinds whose tables have headers of their own */
const figures: FigureData[] = [
  demo.raster(3, 4),
  demo.traces(),
  ...(['region', 'rate', 'degree', 'score'] as const).map((value) => demo.electrodeMap(12, 2, { value })),
  demo.density(3),
  demo.loss(4),
  demo.loss(4, { of: 'squaredError' }),
  ...(['tsne', 'umap', 'pca'] as const).map((method) => demo.embedding(12, 2, { method })),
  demo.models(2),
  demo.confusion(),
  demo.split(),
  ...alignmentMapValues.map((value) => demo.alignmentMap(12, 2, { value })),
  demo.alignmentSeries(5),
  demo.cohort(3),
]

test('every header of every figure has words in both languages', () => {
  expect(new Set(figures.map(({ figure }) => figure))).toEqual(new Set(figureNames))
  for (const language of ['en', 'zh'] as const) {
    const words: Record<string, string> = locales[language].charts.column
    expect(figures.flatMap((data) => sourceTable(data).header.filter((name) => !words[name]))).toEqual([])
  }
})

test('codes in a table are said in words, a name of somebody stays', () => {
  const said = (language: 'en' | 'zh', column: string, cell: string): string => cellLabel(translator(language), column, cell)
  expect(
    (
      [
        ['column', 'rateMatched'],
        ['measure', 'couplingCosine'],
        ['score', 'balancedAccuracy'],
        ['model', 'tavrnn-no-attention'],
        ['model', 'control'],
        ['unit', 'seed 3'],
        ['unit', 'subject 12'],
        ['class', 'above'],
        ['read_as', 'motor'],
        ['side', 'train'],
      ] as const
    ).map(([column, code]) => [said('en', column, code), said('zh', column, code)]),
  ).toEqual([
    ['Rate-matched', '发放率匹配'],
    ['coupling (cosine)', '耦合（余弦）'],
    ['Balanced accuracy', '平衡准确率'],
    ['TAVRNN, no attention', 'TAVRNN, 无注意力'],
    ['labels permuted (95 % of them)', '标签置换（其中 95 %）'],
    ['Seed 3', '种子 3'],
    ['Subject 12', '受试对象 12'],
    ['above median', '高于中位数'],
    ['motor', '运动'],
    ['learned from', '训练'],
  ])
  for (const [column, name] of [
    ['model', 'my vectors'],
    ['class', 'density'],
    ['subject', 'above'],
    ['measure', 'their own'],
    ['channel', 'B4'],
  ] as const)
    expect(said('zh', column, name)).toBe(name)
})
