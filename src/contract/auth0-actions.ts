import { Type } from 'typebox'
import { Strict, Text, offsetPaging, type Route } from './route.ts'

const { page, per_page } = offsetPaging

/** Operations on actions. The list is always empty: tools that export or import connections read it. */
export const actionRoutes = {
  listActions: {
    method: 'GET',
    url: '/api/v2/actions/actions',
    scopes: ['read:actions'],
    tag: 'actions',
    summary: 'List actions',
    description: 'A tenant has no actions: the list is empty.',
    status: 200,
    query: Strict({
      page,
      per_page,
      triggerId: Type.Optional(Text(128, 'Only of this trigger')),
      actionName: Type.Optional(Text(128, 'Only with this name')),
      deployed: Type.Optional(Type.Boolean({ description: 'Only those that are deployed' })),
      installed: Type.Optional(Type.Boolean({ description: 'Only those that are installed' })),
    }),
    response: Type.Object({
      actions: Type.Array(Type.Never()),
      total: Type.Integer(),
      page: Type.Integer(),
      per_page: Type.Integer(),
    }),
  },
} satisfies Record<string, Route>
