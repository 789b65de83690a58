import { Combobox, InputBase, Loader, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState, type ReactElement, type ReactNode } from 'react'
import { useMessages } from '../messages/use-messages'
import { problemText } from './problem-text'

/** A choice of a picker. */
export type Choice = { id: string; label: string; hint?: ReactNode }

/** The choices that the server found. `error`: why they could not be read. */
export type Choices = { choices: readonly Choice[]; is_pending: boolean; error?: unknown }

const pause_ms = 200

/**
 * Chooses one of very many: each text that is typed is searched by the server. A failed search shows its cause, never that there is nothing.
 *
 * @param useChoices a hook that reads the choices for a text
 * @param error what is wrong with the choice, as of a field
 */
export function Picker({
  label,
  value,
  useChoices,
  onChoose,
  disabled = false,
  error,
}: {
  label: string
  /** What is chosen, as it is shown. */
  value: string
  useChoices: (text: string) => Choices
  onChoose: (choice: Choice) => void
  disabled?: boolean
  error?: ReactNode
}): ReactElement {
  const t = useMessages().ui
  const combobox = useCombobox()
  const [typed, setTyped] = useState<string>()
  const [text] = useDebouncedValue(typed ?? '', pause_ms)
  const { choices, is_pending, error: failure } = useChoices(text)
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(id) => {
        const choice = choices.find((one) => one.id === id)
        if (choice) onChoose(choice)
        setTyped(undefined)
        combobox.closeDropdown()
      }}
    >
      <Combobox.Target>
        <InputBase
          label={label}
          value={typed ?? value}
          disabled={disabled}
          error={error}
          rightSection={is_pending && combobox.dropdownOpened ? <Loader size="xs" /> : <Combobox.Chevron />}
          onFocus={() => combobox.openDropdown()}
          onClick={() => combobox.openDropdown()}
          onBlur={() => {
            combobox.closeDropdown()
            setTyped(undefined)
          }}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            combobox.openDropdown()
            combobox.resetSelectedOption()
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={280} style={{ overflowY: 'auto' }} aria-label={label}>
          {choices.map(({ id, label: name, hint }) => (
            <Combobox.Option key={id} value={id}>
              {name} {hint}
            </Combobox.Option>
          ))}
          {failure instanceof Error && (
            <Combobox.Empty role="alert">
              {t.loadFailed}: {problemText(failure)}
            </Combobox.Empty>
          )}
          {choices.length === 0 && !is_pending && !failure && <Combobox.Empty>{t.nothingFound}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
