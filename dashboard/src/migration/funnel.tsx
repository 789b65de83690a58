import { Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'
import { Section } from '../ui/section'
import { people_hash, states as funnel_states } from './filters'
import styles from './funnel.module.css'

const route = getRouteApi('/t/$tenant_id/migration/$connection_id')

/** The people of a migration by state. Each part is a link to their list, or lists all people again. */
export function Funnel({ migration }: { migration: Answer<'getMigration'> }): ReactElement {
  const t = useMessages()
  const { state } = route.useSearch()
  const { states, records } = migration
  return (
    <Section title={t.migration.funnel} hint={t.migration.funnelHint}>
      <div className={styles.parts}>
        {funnel_states.map((name) => (
          <Link
            key={name}
            from={route.id}
            to="."
            search={(before) => ({ ...before, state: state === name ? undefined : name })}
            {...(state === name ? {} : { hash: people_hash })}
            resetScroll={false}
            className={styles.part}
            aria-current={state === name}
          >
            <span className={styles.number}>{t.ui.number(states[name])}</span>
            <Text component="span" size="sm" style={{ flexGrow: 1 }}>
              {t.migration.states[name]}
            </Text>{' '}
            <Text component="span" size="xs" c="dimmed">
              {t.migration.share(states[name], records)}
            </Text>
            <span className={styles.bar} aria-hidden>
              <span
                className={styles.filled}
                style={{ width: `${records === 0 ? 0 : (100 * states[name]) / records}%` }}
              />
            </span>
          </Link>
        ))}
      </div>
    </Section>
  )
}
