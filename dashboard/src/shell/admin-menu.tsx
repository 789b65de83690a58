import { Button, Menu, useMantineColorScheme } from '@mantine/core'
import { Suspense, useState, type ReactElement } from 'react'
import { chooseLanguage, chosenLanguage, languages, type LanguageCode } from '../messages/language'
import { useMessages } from '../messages/use-messages'
import { signOut } from '../session/session'
import { useSession } from '../session/use-session'
import { lazyPart } from '../ui/lazy-part'
import { notifyProblem } from '../ui/notices'
import { useShortcuts } from './preferences'

const ChangePassword = lazyPart(() => import('./change-password'), 'ChangePassword')

const schemes = ['auto', 'light', 'dark'] as const

/** The menu of the signed-in admin: theme, language, shortcuts, the own password, sign-out. */
export function AdminMenu(): ReactElement {
  const t = useMessages().shell
  const { user } = useSession()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const [has_shortcuts, setShortcuts] = useShortcuts()
  const [changes_password, setChangesPassword] = useState(false)
  const name = user.name ?? user.email ?? user.user_id
  const leave = (everywhere: boolean): void => {
    void signOut({ everywhere }).catch((error: unknown) => notifyProblem(t.signOut, error))
  }
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <Button variant="default" radius="xl" size="xs" aria-label={t.signedInAs(name)}>
            {(name[0] ?? '?').toUpperCase()}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t.signedInAs(name)}</Menu.Label>
          <Menu.Divider />
          <Menu.Label>{t.theme}</Menu.Label>
          <Menu.RadioGroup
            value={colorScheme}
            onChange={(value) => setColorScheme(schemes.find((scheme) => scheme === value) ?? 'auto')}
          >
            {schemes.map((scheme) => (
              <Menu.RadioItem key={scheme} value={scheme}>
                {t.themes[scheme]}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          <Menu.Divider />
          <Menu.Label>{t.language}</Menu.Label>
          <Menu.RadioGroup value={chosenLanguage()} onChange={(value) => chooseLanguage(value as LanguageCode)}>
            {Object.entries(languages).map(([code, name]) => (
              <Menu.RadioItem key={code} value={code} lang={code}>
                {name}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          <Menu.Divider />
          <Menu.CheckboxItem checked={has_shortcuts} onChange={setShortcuts}>
            {t.shortcuts}
          </Menu.CheckboxItem>
          <Menu.Divider />
          <Menu.Item onClick={() => setChangesPassword(true)}>{t.changePassword}</Menu.Item>
          <Menu.Item onClick={() => leave(false)}>{t.signOut}</Menu.Item>
          <Menu.Item onClick={() => leave(true)}>{t.signOutEverywhere}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {changes_password && (
        <Suspense>
          <ChangePassword onClose={() => setChangesPassword(false)} />
        </Suspense>
      )}
    </>
  )
}
