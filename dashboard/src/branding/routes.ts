import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { preview_languages, type PreviewLanguage } from '../email/preview-languages'
import { tenantRoute } from '../shell/tenant-route'
import { choiceOf } from '../ui/search-params'
import { previewed_pages, prompts, type PreviewedPage, type Prompt } from './previewed-pages'

const lookRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'branding',
  validateSearch: (search: Record<string, unknown>): { page?: PreviewedPage; language?: PreviewLanguage } => ({
    page: choiceOf(previewed_pages, search['page']),
    language: choiceOf(preview_languages, search['language']),
  }),
  component: lazyPart(() => import('./look-page'), 'LookPage'),
})

const textsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'branding/texts',
  validateSearch: (search: Record<string, unknown>): { prompt?: Prompt; language?: PreviewLanguage } => ({
    prompt: choiceOf(prompts, search['prompt']),
    language: choiceOf(preview_languages, search['language']),
  }),
  component: lazyPart(() => import('./texts-page'), 'TextsPage'),
})

/** The pages of the look and the texts of hosted pages. */
export const brandingRoutes = [lookRoute, textsRoute] as const
