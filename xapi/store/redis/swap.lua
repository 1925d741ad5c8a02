-- KEYS: the value, and the guard where there is one.
-- ARGV: may any value be there; else is there an old value, and which; is there a new one, and which; its life in
-- milliseconds or 0; the guard's value.
local any, hasOld, old, hasNew, new, life, guard = unpack(ARGV)
if KEYS[2] and redis.call('GET', KEYS[2]) ~= guard then
	return {0, 0}
end
local is = redis.call('GET', KEYS[1])
local function equals(has, value)
	if has == '1' then
		return is == value
	end
	return not is
end
if any ~= '1' and not equals(hasOld, old) and not equals(hasNew, new) then
	return {0, 0}
end
if hasNew ~= '1' then
	redis.call('DEL', KEYS[1])
elseif life == '0' then
	redis.call('SET', KEYS[1], new)
else
	redis.call('SET', KEYS[1], new, 'PX', life)
end
return {1, 0}
