/** A p as a paper writes it: "p = 0.016", "p < 0.0001". */
export const pValue = (p: number): string => (p < 0.0001 ? 'p < 0.0001' : `p = ${p.toPrecision(2)}`)
