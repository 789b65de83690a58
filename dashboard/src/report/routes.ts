import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../shell/tenant-route'

const reportRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'migration/$connection_id/report',
  component: lazyRouteComponent(() => import('./report-page'), 'ReportPage'),
})

/** The pages of the closing report. */
export const reportPageRoutes = [reportRoute] as const
