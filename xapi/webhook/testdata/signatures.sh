#!/bin/sh
# Prints vectors for both signature schemes, computed with openssl: the secret, the message in base64 and its signature,
# separated by tabs.
set -eu
vector() {
	mac=$(printf "$2" | openssl dgst -sha256 -hmac "$1" -binary | openssl base64 -A)
	printf '%s\t%s\tsha256=%s\n' "$1" "$(printf "$2" | openssl base64 -A)" "$mac"
}
vector 'client-secret-one' 'Y2hhbGxlbmdl-_='
vector 'consumer-secret-one' 'Y2hhbGxlbmdl-_='
vector 'client-secret-one' '{"for_user_id":"2244994945","tweet_create_events":[{"id_str":"20","text":"hi"}]}'
vector 'consumer-secret-one' '{"for_user_id":"2244994945","tweet_create_events":[{"id_str":"20","text":"hi"}]}'
vector 'client-secret-two' '{\n  "data": {"event_uuid": "-2781149976877970683", "event_type": "post.delete"}\n}\n'
vector 'kK/+=~ äöü 秘密' '{"text":"caf\303\251 \360\237\232\200"}'
vector 'a-secret-longer-than-the-block-of-sha256-which-has-sixty-four-bytes-so-that-it-is-hashed-first' '{}'
