import { useLocalStorage } from '@mantine/hooks'

/** Whether keyboard shortcuts are on. Kept in this browser. */
export function useShortcuts(): readonly [boolean, (is_on: boolean) => void] {
  const [is_on, set] = useLocalStorage({ key: 'wherry.shortcuts', defaultValue: true, getInitialValueInEffect: false })
  return [is_on, set]
}
