// A limit is in force where it is enabled and `block` is among its reactions, which the contract calls `shields`.

/** Whether a limit locks anything. */
export const isInForce = ({ enabled, shields = [] }: { enabled?: boolean; shields?: readonly string[] }): boolean =>
  enabled !== false && shields.includes('block')

/** The members that put a limit in force, or out of it. Its other reactions stay. */
export function reactionsWith<T extends string>(
  { shields = [] }: { shields?: readonly T[] },
  is_in_force: boolean,
): { enabled: boolean; shields: (T | 'block')[] } {
  const others = shields.filter((reaction) => reaction !== 'block')
  return { enabled: is_in_force, shields: is_in_force ? ['block', ...others] : others }
}
