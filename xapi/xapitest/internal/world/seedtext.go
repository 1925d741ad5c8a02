package world

// topic is what posts of the seeded world are about: each sentence has a %s for one of the subjects.
type topic struct {
	tag       string
	lang      string
	subjects  []string
	sentences []string
	answers   []string
	picture   string // what a picture of it shows, with a %s for the subject
}

var topics = []topic{
	{tag: "coffee", lang: "en",
		subjects: []string{"an espresso", "a flat white", "filter coffee", "a cold brew", "the new grinder", "a moka pot"},
		sentences: []string{"Nothing beats %s before the first meeting.", "Three weeks with %s and I am not going back.",
			"The place around the corner does %s right, finally.", "Today's experiment: %s, two grams more than yesterday.",
			"Who else thinks that %s is worth the wait?"},
		answers: []string{"Two grams? Bold.", "Which beans are those?", "I would drink that.", "Tea people are reading along in silence."},
		picture: "A cup on a wooden table, with %s in it"},
	{tag: "golang", lang: "en",
		subjects: []string{"generics", "iterators", "the race detector", "table tests", "context", "the new garbage collector"},
		sentences: []string{"Spent the morning with %s and deleted four hundred lines.", "A short note on %s, because the question comes up every week.",
			"The thing I like about %s is how little there is to explain.", "Hot take: %s made our code base smaller.",
			"If you only learn one thing about Go this year, make it %s."},
		answers: []string{"Do you have a benchmark for that?", "We saw the same in production.", "Counterpoint: channels.", "Bookmarked, thank you."},
		picture: "A terminal window with a few lines about %s"},
	{tag: "cycling", lang: "en",
		subjects: []string{"the coast road", "the old pass", "the river path", "a new set of tyres", "the Sunday loop", "a headwind"},
		sentences: []string{"Eighty kilometres today, most of them with %s.", "I had forgotten how beautiful %s is at six in the morning.",
			"Be kind to your knees: take %s slowly.", "First ride of the season, and %s won.", "Plan for tomorrow: %s, then cake."},
		answers: []string{"Was it windy up there?", "Cake is the right plan.", "See you there on Sunday!", "My legs hurt from reading this."},
		picture: "A bicycle leaning on a wall, on the way along %s"},
	{tag: "space", lang: "en",
		subjects: []string{"the launch", "Saturn", "the lander", "a meteor shower", "the new telescope", "the space station"},
		sentences: []string{"Clear skies tonight, so I am staying up for %s.", "Every image of %s makes me feel small in the best way.",
			"Live now: everything we know about %s.", "It took eleven years of work to get %s this far.", "Reminder that %s is visible from the whole of Europe this week."},
		answers: []string{"Clouds here, as always.", "What did you photograph it with?", "Eleven years! Incredible.", "The livestream is worth it."},
		picture: "The night sky with %s above a dark horizon"},
	{tag: "gardening", lang: "en",
		subjects: []string{"the tomatoes", "my lemon tree", "the compost", "a row of beans", "the roses", "this pumpkin"},
		sentences: []string{"After two weeks of rain %s came back to life.", "Update on %s: it is winning.", "Does anybody know what is eating %s?",
			"I planted it as a joke, and now %s takes up half the garden.", "Small joys: %s in the evening light."},
		answers: []string{"Snails. It is always snails.", "Mine gave up in June.", "That is huge!", "Try ash around it."},
		picture: "A close view of %s in a small garden"},
	{tag: "football", lang: "en",
		subjects: []string{"the derby", "that save", "the second half", "our new striker", "the away end", "extra time"},
		sentences: []string{"I have watched %s four times now.", "Say what you want about the table, %s was football.", "Ninety minutes, and then %s happened.",
			"Nobody saw %s coming.", "My voice is gone because of %s."},
		answers: []string{"Offside.", "Best I have seen all season.", "The referee would like a word.", "What a night."},
		picture: "A floodlit pitch seen from the stands during %s"},
	{tag: "写真", lang: "ja",
		subjects:  []string{"朝の海", "古い駅", "雨の東京", "桜並木", "猫のいる路地"},
		sentences: []string{"今日は%sを撮りに行きました。", "%sがとてもきれいでした。", "久しぶりに%sを歩いた。", "%sはいつ来てもいいですね。"},
		answers:   []string{"素敵ですね!", "どこですか?", "行ってみたいです。"},
		picture:   "%sの写真"},
	{tag: "musica", lang: "es",
		subjects:  []string{"este disco", "la guitarra", "el concierto de anoche", "la radio", "una canción nueva"},
		sentences: []string{"No puedo dejar de escuchar %s.", "Todo el barrio habla de %s.", "Qué manera de empezar el día: %s.", "Hoy ensayamos y sonó %s como nunca."},
		answers:   []string{"¡Qué envidia!", "Totalmente de acuerdo.", "¿Dónde se puede oír?"},
		picture:   "Un escenario con %s"},
	{tag: "praia", lang: "pt",
		subjects:  []string{"o mar", "a praia vazia", "o pôr do sol", "uma onda perfeita"},
		sentences: []string{"Hoje %s estava como num filme.", "Segunda-feira e eu aqui com %s.", "Ninguém acredita quando conto de %s."},
		answers:   []string{"Que inveja!", "Que lugar é esse?", "Lindo demais."},
		picture:   "Uma foto com %s"},
	{tag: "커피", lang: "ko",
		subjects:  []string{"아메리카노", "새 카페", "창가 자리", "라떼"},
		sentences: []string{"오늘은 %s 한 잔으로 시작합니다.", "%s 정말 좋네요.", "비 오는 날에는 역시 %s."},
		answers:   []string{"저도 가 보고 싶어요!", "맛있어 보여요.", "어디예요?"},
		picture:   "테이블 위의 %s"},
}

var (
	firstNames = []string{"Ada", "Ben", "Chidi", "Dana", "Elif", "Femi", "Greta", "Hiro", "Ines", "Jonas", "Kemal", "Lena", "Mateo", "Nadia",
		"Omar", "Priya", "Quinn", "Rosa", "Sami", "Tove", "Uma", "Viktor", "Wanda", "Yuki", "Zora"}
	lastNames = []string{"Abe", "Berg", "Costa", "Diaz", "Eriksen", "Fischer", "Garcia", "Huang", "Ito", "Jansen", "Kim", "Lopez", "Meyer",
		"Novak", "Okafor", "Park", "Rossi", "Silva", "Tanaka", "Weber"}
	cities = []Place{
		{ID: "07d9cd6afd884001", Name: "Lisbon", FullName: "Lisbon, Portugal", Country: "Portugal", CountryCode: "PT", Kind: "city", Lon: -9.14, Lat: 38.72},
		{ID: "3078869807f9dd36", Name: "Berlin", FullName: "Berlin, Germany", Country: "Germany", CountryCode: "DE", Kind: "city", Lon: 13.4, Lat: 52.52},
		{ID: "01a9a39529b27f36", Name: "Manhattan", FullName: "Manhattan, NY", Country: "United States", CountryCode: "US", Kind: "city", Lon: -73.97, Lat: 40.78},
		{ID: "06ef846bfc783874", Name: "Tokyo", FullName: "Tokyo, Japan", Country: "Japan", CountryCode: "JP", Kind: "city", Lon: 139.69, Lat: 35.69},
		{ID: "457b4814b4240d87", Name: "London", FullName: "London, England", Country: "United Kingdom", CountryCode: "GB", Kind: "city", Lon: -0.13, Lat: 51.5},
		{ID: "1c67f9d9cbae7f69", Name: "Lagos", FullName: "Lagos, Nigeria", Country: "Nigeria", CountryCode: "NG", Kind: "city", Lon: 3.38, Lat: 6.52},
	}
)
