// How far a figure may be from what more questions would say.

/** A share of 1 with the interval that holds it at 95 %. */
export interface Share {
  readonly value: number
  readonly low: number
  readonly high: number
}

const z = 1.96

/**
 * The mean of values from 0 to 1, with Wilson's interval (1927), which holds near 0 and 1 as well. A value that is a mean itself,
 * of one question in several frames, counts once: the frames of a question are not questions of their own.
 */
export function toShare(values: readonly number[]): Share | undefined {
  const count = values.length
  if (count === 0) return undefined
  const value = values.reduce((sum, each) => sum + each, 0) / count
  const spread = 1 + z ** 2 / count
  const middle = (value + z ** 2 / (2 * count)) / spread
  const half = (z / spread) * Math.sqrt((value * (1 - value)) / count + z ** 2 / (4 * count ** 2))
  return { value, low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}

/** The mean of differences, each from -1 to 1, with its normal interval. */
export function toDifference(values: readonly number[]): Share | undefined {
  const count = values.length
  if (count === 0) return undefined
  const value = values.reduce((sum, each) => sum + each, 0) / count
  const variance = values.reduce((sum, each) => sum + (each - value) ** 2, 0) / Math.max(1, count - 1)
  const half = z * Math.sqrt(variance / count)
  return { value, low: value - half, high: value + half }
}
