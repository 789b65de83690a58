import { Breadcrumbs, Group, Stack, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import type { ReactElement, ReactNode } from 'react'

/** The properties of `Page`. */
export type PageProps = {
  title: string
  subtitle?: ReactNode
  /** Buttons beside the title. */
  actions?: ReactNode
  /** Links to the pages above this one. */
  breadcrumbs?: readonly ReactNode[]
  children: ReactNode
}

/** The frame of each page: its title (also of the window), what it is for, its actions and where it lies. */
export function Page({ title, subtitle, actions, breadcrumbs, children }: PageProps): ReactElement {
  useDocumentTitle(`${title} · Wherry`)
  return (
    <Stack gap="lg" maw={1440} mx="auto">
      <Stack gap={4}>
        {breadcrumbs && (
          <Breadcrumbs component="nav">
            {breadcrumbs.map((link, index) => (
              <Text key={index} size="sm" component="span">
                {link}
              </Text>
            ))}
          </Breadcrumbs>
        )}
        <Group justify="space-between" align="flex-start">
          <div style={{ flex: '1 1 20rem', minWidth: 0 }}>
            <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Title>
            {subtitle !== undefined && (
              <Text c="dimmed" component="div" mt={4}>
                {subtitle}
              </Text>
            )}
          </div>
          {actions && <Group gap="xs">{actions}</Group>}
        </Group>
      </Stack>
      {children}
    </Stack>
  )
}
