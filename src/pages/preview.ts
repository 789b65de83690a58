import { gunzipSync, gzipSync } from 'node:zlib'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Clock } from '../base/clock.ts'
import { Refusal } from '../contract/refusal.ts'
import { SealBroken, type Sealer } from '../keys/sealer.ts'
import type { Site } from '../tenants/tenant.ts'
import { fieldOf, ownForm } from './form-fields.ts'

/** A rendered page or mail for a frame of the dashboard. `policy`: its Content-Security-Policy, which lets no script run. */
export type Preview = { html: string; policy: string }

/** The dependencies of previews. */
export type PreviewDeps = { sealer: Pick<Sealer, 'deriveSealer'>; clock: Clock }

/**
 * The policy of the preview of a mail. Mails have their styles in attributes, and their images are elsewhere. `sandbox`: no script, no form,
 * no window, and an origin of its own, which reaches nothing of the dashboard.
 */
export const mail_policy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src https: data:',
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox',
].join('; ')

const lifetime_ms = 10 * 60_000
// A form has at most 64 KiB.
const frame_max = 60_000
const aad = 'preview'

const sealerOf = ({ sealer }: PreviewDeps): Sealer => sealer.deriveSealer('previews')

/**
 * Seals a preview, so that the admin origin answers what this server rendered and nothing else. Absent where it is too long: more than about
 * 45,000 bytes, compressed.
 */
export function sealPreview(deps: PreviewDeps, preview: Preview): { frame?: string } {
  const ends_at = deps.clock.now() + lifetime_ms
  const frame = sealerOf(deps).sealBytes(gzipSync(JSON.stringify({ ...preview, ends_at })), aad)
  return frame.length > frame_max ? {} : { frame }
}

/** The preview in a form field. @throws {Refusal} `preview_expired` */
function openPreview(deps: PreviewDeps, frame: string): Preview {
  try {
    const opened: unknown = JSON.parse(gunzipSync(sealerOf(deps).openBytes(frame, aad)).toString('utf8'))
    const { ends_at, ...preview } = opened as Preview & { ends_at: number }
    if (ends_at < deps.clock.now()) throw new Refusal('preview_expired')
    return preview
  } catch (error) {
    throw error instanceof SealBroken ? new Refusal('preview_expired') : error
  }
}

async function sendPreview(reply: FastifyReply, { html, policy }: Preview): Promise<FastifyReply> {
  return await reply
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'cross-origin-resource-policy': 'same-origin',
      'x-robots-tag': 'noindex, nofollow',
    })
    .send(html)
}

/** Serves the previews that a page of this origin posts to a frame: the field `frame` is what `sealPreview` sealed within the last ten minutes. */
export function mountPreview(app: FastifyInstance, deps: PreviewDeps & { site: Site }): void {
  app.post('/preview', async (request, reply) => {
    const frame = fieldOf(ownForm(request, deps.site.scheme), 'frame')
    return await sendPreview(reply, openPreview(deps, frame))
  })
}
