import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { tenantRoute } from '../shell/tenant-route'
import { choiceOf } from '../ui/search-params'
import { preview_languages, type PreviewLanguage } from './preview-languages'

const serviceRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'email',
  component: lazyPart(() => import('./mail-service-page'), 'MailServicePage'),
})

const templatesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'email/templates',
  component: lazyPart(() => import('./templates-page'), 'TemplatesPage'),
})

const templateRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'email/templates/$template',
  validateSearch: (search: Record<string, unknown>): { language?: PreviewLanguage } => ({
    language: choiceOf(preview_languages, search['language']),
  }),
  component: lazyPart(() => import('./template-page'), 'TemplatePage'),
})

const outboxRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'email/outbox',
  component: lazyPart(() => import('./outbox-page'), 'OutboxPage'),
})

const messageRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'email/outbox/$message_id',
  component: lazyPart(() => import('./message-page'), 'MessagePage'),
})

const textMessagesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'email/text-messages',
  component: lazyPart(() => import('./text-messages-page'), 'TextMessagesPage'),
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
