/** A correlation or a score in a sentence: "−0.33". */
export const twoDecimals = (value: number): string => value.toFixed(2).replace('-', '−')
