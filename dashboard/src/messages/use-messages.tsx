import { createContext, useContext } from 'react'
import { en, type Messages } from './en'

/** The texts of the language that is shown. */
export const MessagesContext = createContext<Messages>(en)

/** The texts of the language that is shown. */
export const useMessages = (): Messages => useContext(MessagesContext)
