/**
 * Where a tensor's numbers come from: `input` is handed in before the run, `parameter` is trained, `kept` can be read or
 * written between runs, `value` lives only while instructions need it and shares planned memory with others.
 */
export type TensorRole = 'input' | 'parameter' | 'kept' | 'value'
export type TensorType = 'float32' | 'float64' | 'uint32' | 'uint16'
export type TensorArray = Float32Array | Float64Array | Uint32Array | Uint16Array

/** An array a program works on. Named sizes in row-major order, for example { snapshot: 19, vertex: 901, hidden: 32 }. */
export type Tensor = {
  readonly id: number
  readonly name: string
  readonly shape: Readonly<Record<string, number>>
  readonly length: number
  readonly role: TensorRole
  readonly type: TensorType
  /** what a flat tensor is made of, one behind the other */
  readonly parts?: readonly Part[] | undefined
}

/** A matrix within a flat tensor, by name. */
export type Part = { readonly name: string; readonly offset: number; readonly rowCount: number; readonly columnCount: number }

/** A block of a tensor read as a matrix: element (row, column) is at offset + row · stride + column. */
export type View = {
  readonly tensor: Tensor
  readonly offset: number
  readonly rowCount: number
  readonly columnCount: number
  readonly stride: number
}

/**
 * One instruction: what it reads and what it writes. A view that is added to stands in both.
 * Operations extend this with their own views and settings; an engine finds its kernel by `op`.
 */
export type Instruction = {
  readonly op: string
  readonly from: Readonly<Record<string, View | null>>
  readonly to: Readonly<Record<string, View | null>>
}

export const sections = ['forward', 'backward', 'update'] as const
export type Section = (typeof sections)[number]

/** A flat list of instructions in three sections. Numbers that change from run to run are scalars, given by name. */
export type Program = {
  readonly tensors: readonly Tensor[]
  readonly forward: readonly Instruction[]
  readonly backward: readonly Instruction[]
  readonly update: readonly Instruction[]
}

/** The whole tensor as a matrix whose columns are its last dimension. */
export function wholeOf(tensor: Tensor): View {
  const columnCount = Object.values(tensor.shape).at(-1) ?? 1
  return { tensor, offset: 0, rowCount: tensor.length / columnCount, columnCount, stride: columnCount }
}

/** Rows [first, first + rowCount) of a view. */
export function rowsOf(view: View, first: number, rowCount: number): View {
  demand(first >= 0 && first + rowCount <= view.rowCount, `rows ${first}+${rowCount} outside ${describe(view)}`)
  return { ...view, offset: view.offset + first * view.stride, rowCount }
}

/** Columns [first, first + columnCount) of a view. */
export function columnsOf(view: View, first: number, columnCount: number): View {
  demand(first >= 0 && first + columnCount <= view.columnCount, `columns ${first}+${columnCount} outside ${describe(view)}`)
  return { ...view, offset: view.offset + first, columnCount }
}

/** A view in words, for messages and listings. */
export const describe = (view: View): string =>
  `${view.tensor.name}[${view.rowCount}×${view.columnCount}${view.offset === 0 ? '' : ` at ${view.offset}`}]`

/** Stops the recording: a shape that does not fit is a mistake in the model, not something a person can mend. */
export function demand(isTrue: boolean, message: string): void {
  if (!isTrue) throw new Error(`program: ${message}`)
}

/** The views of one side of an instruction, without the absent ones. */
export const viewsOf = (side: Instruction['from']): View[] => Object.values(side).filter((view) => view !== null)
