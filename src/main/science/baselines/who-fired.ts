/**
 * Who fired: 1 for a channel with a spike in the window. No graph is looked at; a model that reads a label no better than
 * this says nothing of coupling.
 * @param rateHz [snapshotCount, channelCount]
 * @source model spec 5
 */
export const whoFired = (rateHz: Float32Array): Float32Array => rateHz.map((rate) => (rate > 0 ? 1 : 0))

/** log(1 + rate in Hz), [snapshotCount, channelCount]. */
export const logRates = (rateHz: Float32Array): Float32Array => rateHz.map((rate) => Math.log1p(rate))
