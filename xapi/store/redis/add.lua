-- A counter is a hash, so that a walk through the values passes it by.
-- KEYS: the counter. ARGV: what to add, the greatest sum, its life in milliseconds or 0.
local has = redis.call('HGET', KEYS[1], 'sum')
local sum = tonumber(has or '0')
local n = tonumber(ARGV[1])
if n > tonumber(ARGV[2]) - sum or n + sum < 0 then
	return {sum, 0}
end
sum = redis.call('HINCRBY', KEYS[1], 'sum', ARGV[1])
if not has and ARGV[3] ~= '0' then
	redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return {sum, 1}
