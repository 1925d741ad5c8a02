-- The step of a rate store on the windows of a request, as xapi.RateStore describes it. Times are in milliseconds.
-- KEYS: the windows. ARGV: the holder, has an answer come, open calls, unused calls, wanted calls, life of the lease; then
-- for each window its length and a reading: is there one, limit, remaining, reset, renewed in, age, refused.
local holder, answered, open, unused, calls, lease = unpack(ARGV, 1, 6)
open, unused, calls, lease = tonumber(open), tonumber(unused), tonumber(calls), tonumber(lease)
local tolerance, share, hour = 2000, 20, 3600000
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

-- A window is a hash. Leases are the fields that begin with @: calls, when they run out, and whether they are of the window
-- before.
local function load(key)
	local w = {key = key, leases = {}, taken = 0, others = 0}
	local fields = redis.call('HGETALL', key)
	for i = 1, #fields, 2 do
		local name = string.match(fields[i], '^@(.*)$')
		if name then
			local count, runsOut, former = string.match(fields[i + 1], '^(%d+) (%d+) (%d)$')
			w.leases[name] = {calls = tonumber(count), runsOut = tonumber(runsOut), former = former == '1'}
		else
			w[fields[i]] = tonumber(fields[i + 1])
		end
	end
	return w
end

local function store(w)
	redis.call('DEL', w.key)
	local fields = {}
	for _, name in ipairs({'limit', 'remaining', 'reset', 'renewal', 'unlimited', 'renewed', 'taken', 'others'}) do
		if w[name] then
			table.insert(fields, name)
			table.insert(fields, string.format('%.0f', w[name]))
		end
	end
	for name, l in pairs(w.leases) do
		table.insert(fields, '@' .. name)
		table.insert(fields, string.format('%.0f %.0f %d', l.calls, l.runsOut, l.former and 1 or 0))
	end
	redis.call('HSET', w.key, unpack(fields))
	local forget = 25 * hour
	if w.renewal then
		forget = w.renewal - now + (w.unlimited and 0 or hour)
	end
	redis.call('PEXPIRE', w.key, string.format('%.0f', math.max(forget, 1)))
end

local function setLease(w, count, runsOut)
	w.leases[holder] = count > 0 and {calls = count, runsOut = runsOut, former = false} or nil
end

-- begin has the calls that are leased count against a window that begins.
local function begin(w)
	w.taken, w.others = 0, 0
	for _, l in pairs(w.leases) do
		w.taken = w.taken + l.calls
		l.former = true
	end
end

local function renew(w)
	if not w.renewal or w.unlimited or w.renewed or now < w.renewal then
		return
	end
	for name, l in pairs(w.leases) do
		if l.runsOut < w.renewal then
			w.leases[name] = nil
		end
	end
	w.renewed, w.remaining = 1, w.limit
	begin(w)
end

local function takeIn(w, limit, remaining, reset, renewedIn, age, refused)
	for name, l in pairs(w.leases) do
		if name ~= holder and l.runsOut < now - age then
			w.leases[name] = nil
			w.taken = w.taken - l.calls
		end
	end
	local apart = w.reset and reset - w.reset or 0
	local following = not w.renewal or w.unlimited or apart > tolerance
	if following and not w.renewed then
		begin(w)
	end
	if following or w.renewed or refused then
		w.limit, w.remaining, w.reset, w.renewal = limit, remaining, reset, now + renewedIn
		w.unlimited, w.renewed = nil, nil
	elseif apart >= -tolerance then
		w.remaining = math.min(w.remaining, remaining)
	end
end

local function settle(w)
	local l = w.leases[holder] or {calls = 0, runsOut = now}
	local over = l.calls - open
	if not l.former then
		over = math.min(over, unused)
	end
	w.taken = w.taken - over
	setLease(w, open, l.runsOut)
	w.others = math.max(w.others, (w.limit or 0) - (w.remaining or 0) - w.taken)
end

local windows = {}
for i, key in ipairs(KEYS) do
	local length, told, limit, remaining, reset, renewedIn, age, refused = unpack(ARGV, 8 * i - 1, 8 * i + 6)
	local w = load(key)
	windows[i] = w
	w.length = tonumber(length)
	renew(w)
	if told == '1' then
		takeIn(w, tonumber(limit), tonumber(remaining), tonumber(reset), tonumber(renewedIn), tonumber(age), refused == '1')
	end
end

local learned, alone = false, true
for _, w in ipairs(windows) do
	if answered == '1' and not w.renewal then
		w.unlimited, w.renewal = 1, now + w.length
	end
	settle(w)
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
		local left = math.min(w.remaining, w.limit - w.taken - w.others)
		granted = math.min(granted, math.max(0, math.min(left, math.max(1, math.floor(w.limit / share)))))
	end
end
if not learned then
	granted = alone and math.min(granted, 1) or 0
end

local answer = {granted}
for _, w in ipairs(windows) do
	w.taken = w.taken + granted
	setLease(w, open + granted, now + lease)
	store(w)
	local known = w.renewal and not w.unlimited and not w.renewed
	for _, n in ipairs(known and {1, w.limit, w.remaining, w.reset, w.renewal - now} or {0, 0, 0, 0, 0}) do
		table.insert(answer, n)
	end
end
return answer
