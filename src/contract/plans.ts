/** The plans that a tenant can have, from lowest to highest. */
export const plans = ['free', 'developer', 'developer_pro', 'enterprise'] as const

/** A plan of a tenant. */
export type Plan = (typeof plans)[number]

/** The plan of a tenant that is created without one. */
export const default_plan: Plan = 'enterprise'

/** The lowest plan that includes each feature. */
export const featurePlans = { import_mode: 'developer', legacy_mode: 'enterprise' } as const satisfies Record<
  string,
  Plan
>

/** A feature that only some plans include. */
export type PlanFeature = keyof typeof featurePlans

/** Whether a plan includes a feature, as the lowest plan with this feature and all higher plans do. */
export function planIncludes(plan: Plan, feature: PlanFeature): boolean {
  return plans.indexOf(plan) >= plans.indexOf(featurePlans[feature])
}
