/** How many paired measurements an interval is computed from. */
export const pair_count = 20

// Student's t, 97.5 %, for `pair_count` - 1 = 19 degrees of freedom.
const t_quantile = 2.093

/** A ratio with its 95 % confidence interval. */
export type RatioInterval = { ratio: number; low: number; high: number }

/**
 * Computes the geometric mean of `pair_count` ratios with its 95 % confidence interval: Student's t on their logarithms.
 *
 * @throws Error with another number of ratios
 */
export function ratioInterval(ratios: number[]): RatioInterval {
  if (ratios.length !== pair_count) throw new Error(`the interval needs ${pair_count} ratios, not ${ratios.length}`)
  const logs = ratios.map(Math.log)
  const mean = logs.reduce((sum, log) => sum + log, 0) / pair_count
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (pair_count - 1)
  const half_width = t_quantile * Math.sqrt(variance / pair_count)
  return { ratio: Math.exp(mean), low: Math.exp(mean - half_width), high: Math.exp(mean + half_width) }
}
