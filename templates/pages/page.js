for (const button of document.querySelectorAll('button.show')) {
  const field = document.getElementById(button.getAttribute('aria-controls'))
  const shown = button.textContent
  const show = (visible) => {
    field.type = visible ? 'text' : 'password'
    button.textContent = visible ? button.dataset.hide : shown
  }
  button.hidden = false
  button.addEventListener('click', () => {
    show(field.type === 'password')
    field.focus()
  })
  field.form.addEventListener('submit', () => show(false))
  const caps = document.getElementById(field.id + '-caps')
  field.addEventListener('keyup', (event) => {
    caps.hidden = event.getModifierState?.('CapsLock') !== true
  })
  field.addEventListener('blur', () => {
    caps.hidden = true
  })
}
const rules = document.getElementById('rules')
const password = document.getElementById('password')
if (rules !== null && password !== null) {
  const characters = {
    lowerCase: /\p{Ll}/u,
    upperCase: /\p{Lu}/u,
    numbers: /\p{Nd}/u,
    specialCharacters: /[^\p{L}\p{Nd}]/u,
  }
  const texts = rules.querySelector('ul').dataset
  const isMet = (rule, text) => {
    const kind = rule.dataset.rule
    if (kind in characters) return characters[kind].test(text)
    if (kind === 'lengthAtLeast') return [...text].length >= rule.dataset.count
    if (kind === 'identicalChars') return !/(.)\1\1/su.test(text)
    return rule.querySelectorAll('li.met').length >= rule.dataset.count
  }
  password.addEventListener('input', () => {
    // The items of a rule come after it, and decide it.
    const all = [...rules.querySelectorAll('li')].reverse()
    for (const rule of all) {
      const met = isMet(rule, password.value)
      rule.className = met ? 'met' : 'unmet'
      rule.querySelector('span').textContent = met ? texts.met : texts.unmet
    }
    const is_met = all.every((rule) => rule.className === 'met' || rule.parentElement.closest('li') !== null)
    const status = document.getElementById('rules-met')
    status.textContent = is_met ? status.dataset.text : ''
  })
}
