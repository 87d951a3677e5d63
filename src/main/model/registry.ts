import type { ModelName } from '../../shared/domain/model-run.ts'
import { cebra } from './baselines/cebra.ts'
import { dynae } from './baselines/dynae.ts'
import { dynaernn } from './baselines/dynaernn.ts'
import { dyngem } from './baselines/dyngem.ts'
import { dynrnn } from './baselines/dynrnn.ts'
import { graphert } from './baselines/graphert.ts'
import { familyModel } from './family-training.ts'
import type { Model } from './trainee.ts'

/** Every model that can be trained, by its name in a recipe. */
export const models: Readonly<Record<ModelName, Model>> = {
  tavrnn: familyModel,
  vgae: familyModel,
  vgrnn: familyModel,
  dyngem,
  dynae,
  dynrnn,
  dynaernn,
  graphert,
  cebra,
}
