import { Type } from 'typebox'

/** A rendered page or mail for a frame of the dashboard, sealed: the admin origin answers it with a policy of its own. */
export const PreviewFrame = Type.Optional(
  Type.String({
    description:
      'Sealed. The field `frame` of a form that is posted to `/preview` of the admin origin within ten minutes is answered with the preview; absent where the preview is too long for it.',
  }),
)
