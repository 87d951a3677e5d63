import { readFile } from 'node:fs/promises'
import { WrongUse, type Session } from './command.ts'

/**
 * What the file that `--recipe` names holds; null where none is named. Routes check what it says.
 * @throws WrongUse where it cannot be read or is no JSON
 */
export async function readRecipe({ arguments: given, translate }: Session): Promise<unknown> {
  const file = given.text('recipe')
  if (file === undefined) return null
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    throw new WrongUse(translate('cli.recipeUnreadable', { file }))
  }
}
