// Ordinary speech around a question: what people say about themselves is not to count against what they ask.

/** Words before and after a question; `kind` is what they are about. */
export interface Frame {
  readonly kind: string
  readonly before: string
  readonly after: string
}

const frame = (kind: string, around: string): Frame => {
  const [before = '', after = ''] = around.split('{}')
  return { kind, before, after }
}

/** In English, and in the habits of people who write English in a frame of their own language. */
const english = [
  frame('work', 'I work at Siemens. {}'),
  frame('work', 'We are a small team at Volkswagen in Wolfsburg, and I do the night shifts. {}'),
  frame('who', "Hi, I'm Priya, the new intern. {}"),
  frame('who', 'As a retired teacher I know little about this. {}'),
  frame('machine', "{} I'm on a ThinkPad X1 with Fedora 41, if that matters."),
  frame('machine', 'My MacBook Air (M2, Sonoma 14.5) is what I use. {}'),
  frame('thanks', '{} Thanks, Anna'),
  frame('thanks', '{} Thank you so much in advance for your help, you are amazing!'),
  frame('greeting', 'Good morning everyone, hope you had a nice weekend. {}'),
  frame('greeting', 'hey there!! quick one: {}'),
  frame('sums', 'Our budget is $12,500 and the deadline is 14 March. {}'),
  frame('sums', 'I asked this on 03/11/2025 already, ticket #48213. {}'),
  frame(
    'context',
    "My boss Mr. Okafor asked me in yesterday's meeting and I could not say. {} He wants to know by noon.",
  ),
  frame(
    'context',
    'I have read three blog posts and watched a video, and I still do not get it. {} Sorry if it is obvious.',
  ),
  frame(
    'context',
    'Last year we bought a house near Lyon, my husband plays the cello, and since the summer I have been learning about such things in the evenings when the kids sleep. {} Please be brief, I am reading this on my phone.',
  ),
  frame('polite', 'Could you please tell me the following: {}'),
  frame(
    'polite',
    "I was wondering if you could help me with this question. {} Many thanks and best regards, Dr. Michael O'Brien, Head of Procurement, Acme Ltd., Dublin",
  ),
  frame(
    'polite',
    'Respected Sir/Madam, greetings of the day. {} Kindly do the needful and revert at the earliest. Regards, Rajesh Kumar',
  ),
  frame('mail', '> On Tue, Nov 4, 2025 at 9:13 AM, Karen Miller wrote:\n> see below\n\n{}\n\nSent from my iPhone'),
  frame('mail', 'hi {} pls help asap thx'),
  frame('asks as well', 'Can anyone help me? {}'),
  frame('asks as well', '{} Or am I in the wrong place? I did not know whom to ask.'),
  frame('asks as well', 'How are you all doing today? {} Does anybody know?'),
  frame('same sentence', 'I work at Bosch in Stuttgart and would like to know: {}'),
  frame('same sentence', 'on my raspberry pi 5 with debian 13, {}'),
  frame('same sentence', 'hello im tom from accounting {}'),
  frame('other language', 'Guten Tag, {} Mit freundlichen Grüßen, Jürgen Schäfer, Stadtwerke München'),
  frame('other language', "Bonjour, {} Merci d'avance et bonne journée, Amélie Dupont"),
  frame('other language', 'Hola, buenas tardes. {} ¡Muchas gracias! Un saludo, José Luis Martínez'),
  frame('other language', 'Oi pessoal, tudo bem? {} Valeu, Thiago 😀'),
  frame('other script', 'お世話になっております。株式会社ミナトの佐藤です。{} よろしくお願いいたします。'),
  frame('other script', '你好,我是李明,在上海工作。{} 谢谢!'),
  frame('other script', 'السلام عليكم، أنا أحمد من القاهرة. {} شكرا جزيلا'),
  frame('other script', 'Здравствуйте! Меня зовут Ольга. {} Заранее спасибо!'),
]

const german = [
  frame('work', 'Ich arbeite bei Siemens in Erlangen. {}'),
  frame('who', 'Hallo, ich bin Mehmet, der neue Azubi. {}'),
  frame('machine', 'Mein Rechner ist ein ThinkPad mit Windows 11. {}'),
  frame('thanks', '{} Vielen Dank im Voraus! Viele Grüße, Katrin Möller'),
  frame('greeting', 'Guten Morgen zusammen, ich hoffe, ihr hattet ein schönes Wochenende. {}'),
  frame('sums', 'Wir haben am 14.03. schon 1.250,00 € bezahlt. {}'),
  frame(
    'context',
    'Mein Chef, Herr Dr. Baumgartner, hat mich gestern danach gefragt. {} Er braucht es bis heute Mittag.',
  ),
  frame('polite', 'Sehr geehrte Damen und Herren, {} Mit freundlichen Grüßen, Jens Vogt, Leiter Einkauf'),
  frame('asks as well', 'Kann mir jemand helfen? {}'),
  frame('same sentence', 'Ich bin Lea aus der Buchhaltung und wüsste gern: {}'),
  frame('polite', 'Könnten Sie mir bitte Folgendes sagen: {}'),
]

const french = [
  frame('work', 'Je travaille chez Renault, à Flins. {}'),
  frame('who', 'Bonjour, je suis Moussa, le nouveau stagiaire. {}'),
  frame('machine', "J'ai un vieux MacBook sous Monterey. {}"),
  frame('thanks', "{} Merci d'avance pour votre aide, Amélie Dupont"),
  frame('greeting', "Bonjour à tous, j'espère que vous allez bien. {}"),
  frame('sums', 'Nous avons déjà versé 1 250,00 € le 14 mars. {}'),
  frame('context', "Mon chef, M. Lefèvre, me l'a demandé hier en réunion. {} Il lui faut la réponse avant midi."),
  frame('polite', "Madame, Monsieur, {} Je vous prie d'agréer mes salutations distinguées, Jean Petit, service achats"),
  frame('asks as well', "Quelqu'un peut-il m'aider ? {}"),
  frame('same sentence', 'Je suis Léa, de la comptabilité, et je voudrais savoir : {}'),
  frame('polite', "Pourriez-vous me dire, s'il vous plaît : {}"),
]

const japanese = [
  frame('work', '株式会社ミナトで働いています。{}'),
  frame('who', 'はじめまして、新人の田中と申します。{}'),
  frame('machine', '会社のThinkPad(Windows 11)を使っています。{}'),
  frame('thanks', '{}ありがとうございます。佐藤より'),
  frame('greeting', 'お疲れ様です。{}'),
  frame('sums', '3月14日に12,500円を支払いました。{}'),
  frame('context', '昨日の会議で鈴木部長に聞かれて答えられませんでした。{}正午までに必要です。'),
  frame('polite', 'お世話になっております。{}お手数ですが、よろしくお願いいたします。'),
  frame('asks as well', 'どなたかご存じですか。{}'),
  frame('same sentence', '経理部の佐藤ですが、{}'),
  frame('polite', '次のことを教えていただけますか。{}'),
]

const byLanguage: Readonly<Record<string, readonly Frame[]>> = {
  German: german,
  French: french,
  Japanese: japanese,
}
const framesEach = 4

/** The frames that the question at this place in its file is asked in: the same at each run, and over a file all of them. */
export function framesFor(index: number, language: string): Frame[] {
  const frames = byLanguage[language] ?? english
  const step = Math.floor(frames.length / framesEach)
  return Array.from({ length: framesEach }, (_, turn) => frames[(index + turn * step) % frames.length]).filter(
    (chosen) => chosen !== undefined,
  )
}
