# Reads a TAP file with Perl's own parser and prints what it understood: "ok NUMBER DESCRIPTION", "place PLACE".
use strict;
use warnings;
use TAP::Parser;

open my $file, '<', $ARGV[0] or die "$ARGV[0]: $!\n";
my $parser = TAP::Parser->new({ tap => do { local $/; <$file> } });
my $wrong = 0;
while (my $result = $parser->next) {
    if ($result->is_test) {
        (my $description = $result->description) =~ s/\n/ /g;
        printf "%s %d %s\n", $result->is_ok ? 'ok' : 'not', $result->number, $description;
    } elsif ($result->is_yaml) {
        for my $kind ('findings', 'hidden') {
            print "place $_->{place}\n" for @{ $result->data->{$kind} || [] };
        }
    } elsif ($result->is_unknown) {
        print 'not understood: ', $result->as_string, "\n";
        $wrong = 1;
    }
}
for my $error ($parser->parse_errors) {
    print "$error\n";
    $wrong = 1;
}
exit $wrong;
