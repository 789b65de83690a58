import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { tenantRoute } from '../shell/tenant-route'

const reportRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'migration/$connection_id/report',
  component: lazyPart(() => import('./report-page'), 'ReportPage'),
})

/** The pages of the closing report. */
export const reportPageRoutes = [reportRoute] as const
