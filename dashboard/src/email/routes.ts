import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../shell/tenant-route'
import { choiceOf } from '../ui/search-params'
import { preview_languages, type PreviewLanguage } from './preview-languages'

const serviceRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'email',
  component: lazyRouteComponent(() => import('./mail-service-page'), 'MailServicePage'),
})

const templatesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'email/templates',
  component: lazyRouteComponent(() => import('./templates-page'), 'TemplatesPage'),
})

const templateRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'email/templates/$template',
  validateSearch: (search: Record<string, unknown>): { language?: PreviewLanguage } => ({
    language: choiceOf(preview_languages, search['language']),
  }),
  component: lazyRouteComponent(() => import('./template-page'), 'TemplatePage'),
})

const outboxRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'email/outbox',
  component: lazyRouteComponent(() => import('./outbox-page'), 'OutboxPage'),
})

const messageRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'email/outbox/$message_id',
  component: lazyRouteComponent(() => import('./message-page'), 'MessagePage'),
})

const textMessagesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'email/text-messages',
  component: lazyRouteComponent(() => import('./text-messages-page'), 'TextMessagesPage'),
})

/** The pages of mail and text messages. */
export const emailRoutes = [
  serviceRoute,
  templatesRoute,
  templateRoute,
  outboxRoute,
  messageRoute,
  textMessagesRoute,
] as const
