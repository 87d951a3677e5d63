import { z } from 'zod'

/** A 2-D picture of all channels in all snapshots together (model spec 2.6). */
export const projectionRecipe = z.discriminatedUnion('method', [
  z.strictObject({
    method: z.literal('tsne'),
    perplexity: z.number().min(2).max(200).default(30),
    iterations: z.int().min(100).max(5000).default(750),
    seed: z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .default(1),
  }),
  z.strictObject({
    method: z.literal('umap'),
    neighbourCount: z.int().min(2).max(200).default(15),
    minimumDistance: z.number().min(0).max(1).default(0.1),
    seed: z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .default(1),
  }),
  z.strictObject({ method: z.literal('pca') }),
])
export type ProjectionRecipe = z.infer<typeof projectionRecipe>
export type ProjectionMethod = ProjectionRecipe['method']

export const projection = z.object({
  id: z.int(),
  modelRunId: z.int(),
  recipe: projectionRecipe,
  /** share of neighbourhoods kept, 0 to 1 (Venna & Kaski 2001), k = 12 */
  trustworthiness: z.number(),
  /** Kullback-Leibler divergence at the end (t-SNE), else null */
  kl: z.number().nullable(),
  /** share of variance in the two components (PCA), else null */
  explainedVariance: z.number().nullable(),
  createdAt: z.string(),
})
export type Projection = z.infer<typeof projection>
