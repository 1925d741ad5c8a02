-- The step of a rate store on the windows of a request, as xapi.RateStore describes it. Times are in milliseconds.
-- KEYS: the windows. ARGV: the holder, has an answer come, open calls, wanted calls, life of the lease; then for each
-- window its length and a reading: is there one, limit, remaining, reset, renewed in, age, refused.
local holder, answered, open, calls, lease = unpack(ARGV, 1, 5)
open, calls, lease = tonumber(open), tonumber(calls), tonumber(lease)
local tolerance, share, hour = 2000, 20, 3600000
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

-- A window is a hash. Leases are the fields that begin with @: calls and when they run out.
local function load(key)
	local w = {key = key, leases = {}}
	local fields = redis.call('HGETALL', key)
	for i = 1, #fields, 2 do
		local name = string.match(fields[i], '^@(.*)$')
		if name then
			local count, runsOut = string.match(fields[i + 1], '^(%d+) (%d+)$')
			w.leases[name] = {calls = tonumber(count), runsOut = tonumber(runsOut)}
		else
			w[fields[i]] = tonumber(fields[i + 1])
		end
	end
	return w
end

local function store(w)
	redis.call('DEL', w.key)
	local fields = {}
	for _, name in ipairs({'limit', 'remaining', 'reset', 'renewal', 'unlimited'}) do
		if w[name] then
			table.insert(fields, name)
			table.insert(fields, string.format('%.0f', w[name]))
		end
	end
	for name, l in pairs(w.leases) do
		table.insert(fields, '@' .. name)
		table.insert(fields, string.format('%.0f %.0f', l.calls, l.runsOut))
	end
	if #fields == 0 then
		return
	end
	redis.call('HSET', w.key, unpack(fields))
	local forget = 25 * hour
	if w.renewal then
		forget = w.renewal - now + (w.unlimited and 0 or hour)
	end
	redis.call('PEXPIRE', w.key, string.format('%.0f', math.max(forget, 1)))
end

local function endLeases(w, except, at)
	for name, l in pairs(w.leases) do
		if name ~= except and l.runsOut < at then
			w.leases[name] = nil
		end
	end
end

local function setLease(w, count)
	w.leases[holder] = count > 0 and {calls = count, runsOut = now + lease} or nil
end

local windows = {}
for i, key in ipairs(KEYS) do
	local length, told, limit, remaining, reset, renewedIn, age, refused = unpack(ARGV, 8 * i - 2, 8 * i + 5)
	local w = load(key)
	windows[i] = w
	w.length = tonumber(length)
	if told == '1' then
		reset, remaining = tonumber(reset), tonumber(remaining)
		local apart = w.reset and reset - w.reset or 0
		if not w.renewal or w.unlimited or now >= w.renewal or apart > tolerance or refused == '1' then
			w.limit, w.remaining, w.reset, w.renewal, w.unlimited = tonumber(limit), remaining, reset, now + renewedIn, nil
		elseif apart >= -tolerance then
			w.remaining = math.min(w.remaining, remaining)
		end
		endLeases(w, holder, now - age)
	end
end

local learned, alone = false, true
for _, w in ipairs(windows) do
	if answered == '1' and not w.renewal then
		w.unlimited, w.renewal = 1, now + w.length
	end
	setLease(w, open)
	learned = learned or w.renewal ~= nil
	for name, l in pairs(w.leases) do
		if name ~= holder and now < l.runsOut then
			alone = false
		end
	end
end

local granted = calls
for _, w in ipairs(windows) do
	if w.renewal and not w.unlimited then
		local left = w.remaining
		if now >= w.renewal then
			left = w.limit
			endLeases(w, nil, w.renewal)
		end
		for _, l in pairs(w.leases) do
			left = left - l.calls
		end
		granted = math.min(granted, math.max(0, math.min(left, math.max(1, math.floor(w.limit / share)))))
	end
end
if not learned then
	granted = alone and math.min(granted, 1) or 0
end

local answer = {granted}
for _, w in ipairs(windows) do
	setLease(w, open + granted)
	store(w)
	local known = w.renewal and not w.unlimited and now < w.renewal
	for _, n in ipairs(known and {1, w.limit, w.remaining, w.reset, w.renewal - now} or {0, 0, 0, 0, 0}) do
		table.insert(answer, n)
	end
end
return answer
