// The customers of a harbour shop, named after people of novels in the public domain.

/** A customer, as the legacy store has them. */
export type Customer = {
  id: number
  email: string
  username: string
  name: string
  is_active: boolean
  /** When they last used the legacy store: days before the pictures. */
  last_login_days: number
}

// Some novel each: Stevenson, Austen, Dickens, Verne, London, Melville, Brontë, Dumas, Eliot.
const names = [
  'Jim Hawkins',
  'Anne Elliot',
  'Ham Peggotty',
  'Philip Pirrip',
  'Pierre Aronnax',
  'Martin Eden',
  'Frederick Wentworth',
  'David Livesey',
  'Sophia Croft',
  'Tommy Traddles',
  'Mary Musgrove',
  'Joe Gargery',
  'Cyrus Smith',
  'Maud Brewster',
  'Louisa Musgrove',
  'Betsey Trotwood',
  'Gideon Spilett',
  'Peter Coffin',
  'Elizabeth Bennet',
  'Jacques Paganel',
  'Israel Hands',
  'Henrietta Musgrove',
  'Biddy Gargery',
  'Harding Pencroft',
  'Ruth Morse',
  'Alexander Smollett',
  'James Benwick',
  'John Wemmick',
  'Jean Passepartout',
  'Lucy Snowe',
  'Edmond Dantès',
  'Dorothea Brooke',
  'Charles Hayter',
  'Jane Eyre',
  'Mary Grant',
  'Daniel Peggotty',
  'Clara Peggotty',
  'Uriah Heep',
  'Estella Havisham',
  'Wilkins Micawber',
  'Ned Land',
  'Phileas Fogg',
  'Agnes Wickfield',
  'Robert Grant',
  'Herbert Pocket',
  'John Trelawney',
  'Ben Gunn',
  'Humphrey van Weyden',
  'Mercédès Herrera',
  'Conseil Aronnax',
  'Ayrton Grant',
  'Rosa Dartle',
] as const

/** The password of every customer. */
export const password = 'Harbour-1892'

/** The name of a customer. */
export type CustomerName = (typeof names)[number]

/** The name of the person who logs in while another customer has their username. */
export const namesake: CustomerName = 'Mary Grant'

// What the legacy store has of people who cannot move as they are.
const oddities: Partial<Record<CustomerName, Partial<Customer>>> = {
  'Mary Musgrove': { username: 'mary' },
  [namesake]: { username: 'Mary' },
  'Daniel Peggotty': { email: 'daniel.peggotty@quay' },
  'Clara Peggotty': { email: 'clara.peggotty@mail.example; peggotty@quay.example' },
  'Uriah Heep': { is_active: false },
}

const domains = ['mail.example', 'quay.example', 'post.example', 'harbour.example']

const plain = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()

/** All customers, in the order of their ids. */
export const customers: readonly Customer[] = names.map((name, nth) => {
  const words = plain(name).split(' ')
  return {
    id: 1001 + nth,
    name,
    email: `${words.join('.')}@${domains[(nth * 3) % domains.length]}`,
    username: `${words[0]?.[0]}${words.at(-1)}`,
    is_active: true,
    last_login_days: 10 + ((nth * 37) % 400),
    ...oddities[name],
  }
})

/** The customer with a name. */
export function customer(name: CustomerName): Customer {
  const found = customers.find((each) => each.name === name)
  if (!found) throw new Error(`There is no customer ${name}.`)
  return found
}
