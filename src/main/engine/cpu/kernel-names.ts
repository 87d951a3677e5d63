/** Kernels by number, in the order of `run` in kernels/walk.ts. */
export const kernelNames = [
  'fill', 'shift', 'sumCopies', 'rectify', 'multiply', 'gate', 'gateAdjoint', 'blend', 'blendAdjoint', 'softplus', 'softplusAdjoint',
  'divergence', 'divergenceAdjoint', 'addDoubles', 'readout', 'readoutAdjoint', 'gaussian', 'gaussianAdjoint', 'packPanels', 'affine',
  'weightGradient', 'wideWeightGradient', 'columnSums', 'addPartials', 'scaleRows', 'gather', 'edgePoints', 'edgeLoss', 'edgeGradient',
  'attendWeights', 'mix', 'attendDots', 'attendSlopes', 'addWeighted', 'squares', 'clipNorm', 'scaleBy', 'adam', 'symmetricProduct',
] as const
export type KernelName = (typeof kernelNames)[number]
