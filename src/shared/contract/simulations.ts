import { z } from 'zod'
import { simulatedFiles, simulationRecipe } from '../domain/simulation.ts'
import { refusals } from './import.ts'
import { route } from './route.ts'

export const simulations = {
  /**
   * writes a cohort of simulated cultures as ordinary files, a folder each, and replies when all are there; files of an
   * earlier one are never overwritten. Notices `simulation` tell how far it is
   */
  'simulations.make': route(
    z.strictObject({
      recipe: simulationRecipe,
      /** absolute path of a layout to play on instead of the made-up array */
      layoutFile: z.string().min(1).nullable().default(null),
      /** absolute path of the folder that gets `culture-001` and so on */
      out: z.string().min(1),
    }),
    z.object({ cultures: z.array(simulatedFiles) }),
    [
      'simulations/file-exists',
      'simulations/no-roles',
      'simulations/too-many-spikes',
      'exports/cannot-write',
      'project/disk-full',
      'jobs/cancelled',
      ...refusals,
    ],
  ),
  /** ends what `simulations.make` is doing; cultures that are complete stay */
  'simulations.cancel': route(z.strictObject({}), z.object({})),
}
