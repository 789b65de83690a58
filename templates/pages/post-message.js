const { target, response } = JSON.parse(document.getElementById('answer').textContent)
const receiver = window.opener ?? (window.parent === window ? null : window.parent)
receiver?.postMessage({ type: 'authorization_response', response }, target)
