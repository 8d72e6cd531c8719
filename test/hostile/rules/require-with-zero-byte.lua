-- A name that goes on behind a zero byte is another name.
-- says: there is no module `k8s
-- attacks: require
require "k8s\0m"
