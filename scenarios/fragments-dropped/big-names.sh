# A name with an answer of 3 kB.
text=$(head -c 250 /dev/zero | tr '\0' x)
exec dns-server www.lab.test,10.9.2.2 --edns-packet-max=4096 \
    --txt-record="big.lab.test,$text,$text,$text,$text,$text,$text,$text,$text,$text,$text,$text,$text"
