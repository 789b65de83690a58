import type { PreviewedPage } from '../../../src/contract/branding.ts'
import type { PromptName } from '../../../src/contract/prompts.ts'

/** The page that shows the texts of each prompt. */
export const page_of_prompt: Readonly<Record<PromptName, PreviewedPage>> = {
  login: 'login',
  signup: 'signup',
  'reset-password': 'forgot',
  'email-verification': 'verification',
  consent: 'consent',
  logout: 'logout',
  common: 'login-failed',
}

/** The prompts that texts belong to. */
export const prompts = Object.keys(page_of_prompt) as PromptName[]

/** The pages that can be previewed. */
export const previewed_pages: readonly PreviewedPage[] = [
  'login',
  'login-failed',
  'signup',
  'forgot',
  'reset',
  'verification',
  'consent',
  'logout',
]

export type { PreviewedPage, PromptName as Prompt }
